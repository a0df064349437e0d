"""Formats: f-strings with specs, str.format, the old percent."""

import math


class Temperature:
    def __init__(self, degrees):
        self.degrees = degrees

    def __str__(self):
        return f"{self.degrees}°"

    def __repr__(self):
        return f"Temperature({self.degrees!r})"


def table(rows):
    widths = [max(len(str(row[i])) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print(" | ".join(f"{cell!s:>{width}}" for cell, width in zip(row, widths)))


name, n, x, t = "Ada", 42, 3.14159265, Temperature(20.5)
print(f"{name} {n} {x} {t} {t!r} {name!r} {[t, 'a']} { {'k': t} }")
print(f"[{name:>8}] [{name:<8}] [{name:^8}] [{name:*^9}] [{name:.2}] [{name:-<6.1}]")
print(f"[{n:5}] [{n:<5}] [{n:^5}] [{n:05}] [{n:+}] [{n: d}] [{-n:06d}] [{n:x}] [{n:#X}] [{n:b}] [{n:#o}]")
print(f"[{x:.2f}] [{x:8.3f}] [{x:<8.1f}] [{x:08.2f}] [{x:+.1f}] [{x:.0f}] [{x:e}] [{x:.3e}] [{x:g}] [{x:.3g}]")
print(f"{1234567:,} {1234567.891:,.2f} {-1234567:_} {0xDEADBEEF:_x} {1234:012,} {0.256:.1%} {2:%}")
print(f"{1e10:g} {1e-10:g} {100000:g} {1000000.0:g} {0.0001:g} {0.00001:g} {0.0:g} {1.5:} {2.0:.3} {1e20:.5}")
print(f"{2.5:.0f} {3.5:.0f} {0.125:.2f} {1.005:.2f} {1e23:.1f} {123456.789:.1f} {0.1:.20f} {1e-7:.3f}")
print(f"{float('inf'):>6} {float('-inf'):.2f} {math.nan:5} {-0.0:.1f} {10**25:.3e} {True:5} {True:d} {65:c}")
print(f"{'nested':{'>'}{10}} {n:{n // 4}} {name + '!'} {n * 2 if n else 0} {{}} {'%'}")
print(f"{n=} {x=:.2f} {name=} {n + 1 = }")
table([("name", "value"), ("pi", x), ("answer", n), ("temperature", t)])
print("{} {}".format(1, "two"), "{1} {0} {1}".format("a", "b"), "{a}-{b:>4}".format(a=1, b=2.5))
print("{0.degrees} {!r} {{}}".format(t, "q") if False else "{0.degrees} {1!r} {{}}".format(t, "q"))
print("%s is %d years and %.1f%% %s" % ("Bob", 30.9, 99.5, [1]), "%5d|%-5d|%05d|%x" % (1, 2, 3, 255))
print("%r %5s %-5s|" % ("a", "b", "c"), "%s" % t, "%s" % (1,), "%e" % 12345.678)
print(str(1.0), repr("it's"), repr('say "hi"'), repr("both ' and \""), repr("tab\tnew\nback\\"), repr("é\x00"))
print(str(None), str([1, "a", None]), str((1,)), str({"a": (1, 2)}), str(set()), str([[]]), str(True))
print("a" "b" 'c', "multi\
line", """triple
quoted""", r"raw\n", len("日本"), "🦀"[0])
for value, spec in [("a", "d"), (1, "s"), ([], "5"), (1.5, "d"), (1, "zz")]:
    try:
        print(format(value, spec))
    except (ValueError, TypeError) as error:
        print(type(error).__name__)
