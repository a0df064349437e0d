def numbers(i):
    while True:
        yield i
        i += 1


def main(n):
    everyone = []
    total = 0
    for i in range(1, n + 1):
        g = numbers(i)
        everyone.append(g)
        total += next(g)
    for g in everyone:
        total += next(g)
    return total
