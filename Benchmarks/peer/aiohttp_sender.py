"""Sends signed webhooks with aiohttp: usage: aiohttp_sender.py URL COUNT CONNECTIONS BODYFILE"""

import asyncio
import sys
from pathlib import Path

import aiohttp
from signing import headers


async def main(url, count, connections, body):
    numbers = iter(range(count))
    connector = aiohttp.TCPConnector(limit=connections)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=20)) as session:

        async def send():
            for number in numbers:
                async with session.post(url, data=body, headers=headers(number, body)) as response:
                    await response.read()
                    if response.status != 200:
                        sys.exit(f"aiohttp: status {response.status}")

        await asyncio.gather(*(send() for _ in range(connections)))


asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]).read_bytes()))
