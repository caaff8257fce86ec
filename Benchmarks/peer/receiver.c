// A receiver that costs as little as a receiver can: one thread, epoll, one read and one write a request. It answers
// every complete POST with 200 and counts requests, and distinct webhook-ids by a 64-bit hash, so that whoever is
// measured cannot leave any out. It checks no signature.
//
// usage: receiver PORT EXPECTED
//
// Prints `ready`, then `first NANOSECONDS` when the first request is complete. At the end of its input it prints
// `done REQUESTS DISTINCT FIRST LAST CONNECTIONS` (CLOCK_MONOTONIC in nanoseconds) and ends.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CAPACITY = 65536, MOST_FILES = 4096 };

typedef struct {
    size_t used;
    char bytes[CAPACITY + 1];
} Connection;

static Connection *connections[MOST_FILES];
static uint64_t requests, distinct, accepted, first, last;
static uint64_t *seen, mask;

static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

// FNV-1a into an open table that is never more than half full; 0 marks an empty place.
static void remember(const char *id, size_t length) {
    uint64_t hash = 14695981039346656037u;
    for (size_t index = 0; index < length; index++) hash = (hash ^ (unsigned char)id[index]) * 1099511628211u;
    if (hash == 0) hash = 1;
    uint64_t place = hash & mask;
    while (seen[place] != 0 && seen[place] != hash) place = (place + 1) & mask;
    if (seen[place] == hash) return;
    if (2 * distinct > mask) {
        fputs("receiver: more ids than expected\n", stderr);
        exit(1);
    }
    seen[place] = hash;
    distinct++;
}

// The value of a header inside a complete head, or NULL.
static const char *header(const char *head, const char *end, const char *name, size_t length, size_t *size) {
    for (const char *line = memchr(head, '\n', end - head); line && line + 1 + length < end;) {
        line++;
        const char *stop = memchr(line, '\n', end - line);
        if (!stop) return NULL;
        if (strncasecmp(line, name, length) == 0 && line[length] == ':') {
            const char *value = line + length + 1;
            while (*value == ' ') value++;
            *size = (size_t)(stop - value) - (stop[-1] == '\r');
            return value;
        }
        line = stop;
    }
    return NULL;
}

// Takes complete requests from the front; returns how many, or -1 where the bytes are no request that fits.
static int take(Connection *connection) {
    int taken = 0;
    size_t start = 0;
    connection->bytes[connection->used] = 0;
    while (start < connection->used) {
        const char *head = connection->bytes + start;
        const char *end = memmem(head, connection->used - start, "\r\n\r\n", 4);
        if (!end) break;
        size_t size = 0, body = 0;
        const char *value = header(head, end + 2, "content-length", 14, &size);
        if (value) body = strtoul(value, NULL, 10);
        size_t whole = (size_t)(end + 4 - head) + body;
        if (whole > CAPACITY) return -1;
        if (start + whole > connection->used) break;
        const char *id = header(head, end + 2, "webhook-id", 10, &size);
        if (!id) return -1;
        remember(id, size);
        start += whole;
        taken++;
    }
    if (start > 0) {
        memmove(connection->bytes, connection->bytes + start, connection->used - start);
        connection->used -= start;
    }
    return connection->used == CAPACITY ? -1 : taken;
}

static void drop(int file) {
    free(connections[file]);
    connections[file] = NULL;
    close(file);
}

static void serve(int file) {
    Connection *connection = connections[file];
    ssize_t count = read(file, connection->bytes + connection->used, CAPACITY - connection->used);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) return drop(file);
    connection->used += (size_t)count;
    int taken = take(connection);
    if (taken < 0) return drop(file);
    if (taken == 0) return;
    last = now();
    if (requests == 0) {
        first = last;
        printf("first %llu\n", (unsigned long long)first);
        fflush(stdout);
    }
    requests += (uint64_t)taken;
    for (; taken > 0; taken--) {
        if (write(file, answer, sizeof answer - 1) != sizeof answer - 1) return drop(file);
    }
}

int main(int count, char **arguments) {
    if (count != 3) {
        fputs("usage: receiver PORT EXPECTED\n", stderr);
        return 64;
    }
    uint64_t expected = strtoull(arguments[2], NULL, 10), places = 1024;
    while (places < 4 * expected) places *= 2;
    mask = places - 1;
    seen = calloc(places, sizeof *seen);
    if (!seen) fail("calloc");

    int one = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(arguments[1]))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0) fail("bind");
    if (listen(listener, 1024) != 0) fail("listen");
    int poll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
    epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
    event.data.fd = STDIN_FILENO;
    if (epoll_ctl(poll, EPOLL_CTL_ADD, STDIN_FILENO, &event) != 0) fail("standard input is no pipe");
    puts("ready");
    fflush(stdout);

    struct epoll_event events[256];
    for (;;) {
        int ready = epoll_wait(poll, events, 256, -1);
        for (int index = 0; index < ready; index++) {
            int file = events[index].data.fd;
            if (file == STDIN_FILENO) {
                printf(
                    "done %llu %llu %llu %llu %llu\n", (unsigned long long)requests, (unsigned long long)distinct,
                    (unsigned long long)first, (unsigned long long)last, (unsigned long long)accepted);
                return 0;
            }
            if (file != listener) {
                serve(file);
                continue;
            }
            int next = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (next < 0) continue;
            if (next >= MOST_FILES || !(connections[next] = malloc(sizeof(Connection)))) {
                close(next);
                continue;
            }
            connections[next]->used = 0;
            accepted++;
            setsockopt(next, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
            event.events = EPOLLIN;
            event.data.fd = next;
            epoll_ctl(poll, EPOLL_CTL_ADD, next, &event);
        }
    }
}
