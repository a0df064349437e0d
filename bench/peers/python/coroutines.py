def numbers(n):
    total = 0
    for i in range(1, n + 1):
        total += yield i
    yield total


def main(n):
    g = numbers(n)
    send = g.send
    total = 0
    v = send(None)
    for _ in range(n):
        total += v
        v = send(2)
    return total + v
