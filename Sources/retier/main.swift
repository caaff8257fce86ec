print("retier")
