"""Strings: methods, indices, a Caesar cipher, a wrapper of lines, a palindrome."""


def caesar(text, shift):
    made = []
    for c in text:
        if c.isalpha():
            base = ord("a") if c.islower() else ord("A")
            c = chr((ord(c) - base + shift) % 26 + base)
        made.append(c)
    return "".join(made)


def wrapped(text, width):
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return lines + [line] if line else lines


def is_palindrome(text):
    kept = [c for c in text.lower() if c.isalnum()]
    return kept == kept[::-1]


def run_lengths(text):
    runs = []
    for c in text:
        if runs and runs[-1][0] == c:
            runs[-1][1] += 1
        else:
            runs.append([c, 1])
    return "".join(c + (str(n) if n > 1 else "") for c, n in runs)


secret = caesar("Hello, World!", 3)
print(secret, caesar(secret, -3))
for line in wrapped("The quick brown fox jumps over the lazy dog and runs away", 16):
    print(f"|{line:<16}|")
print(is_palindrome("A man, a plan, a canal: Panama"), is_palindrome("nope"), run_lengths("aaabccd"))
s = "  Hello, World  "
print([s.strip(), s.lstrip(), s.rstrip(), "xxaxx".strip("x"), "abcba".strip("ab")])
print(s.upper(), s.lower(), s.strip().swapcase(), "hello world".title(), "hELLO".capitalize())
print("a,b,,c".split(","), "a b  c ".split(), "a,b,c".split(",", 1), "a b c d".split(None, 2), "".split(), "".split(","))
print("a-b-c".rsplit("-", 1), "line1\nline2\r\nline3".splitlines(), "k=v=w".partition("="), "k=v=w".rpartition("="), "x".partition("="))
print("-".join(["a", "b"]), "".join(c + c for c in "abc"), ", ".join(map(str, range(3))))
print("banana".replace("a", "o"), "banana".replace("a", "o", 2), "banana".count("an"), "banana".count("a"))
print("banana".find("an"), "banana".find("an", 2), "banana".rfind("an"), "banana".find("x"), "banana".index("n"), "banana".find("na", 0, 3))
print("hello".startswith("he"), "hello".endswith(("x", "lo")), "hello".startswith("l", 2), "a" in "cat", "dog" not in "cat")
print("123".isdigit(), "12a".isdigit(), "".isdigit(), "abc".isalpha(), "ab1".isalnum(), " \t".isspace(), "ABC".isupper(), "a1".islower())
print("7".zfill(3), "-7".zfill(4), "x".center(5, "."), "ab".center(5), "x".ljust(3, "-"), "x".rjust(3), "ab" * 3, 0 * "ab", "-" * 10)
print("hello"[1], "hello"[-1], "hello"[1:3], "hello"[::-1], "hello"[-3:], "hello"[:-1], "hello"[::2], "hello"[10:], "hello"[4:1:-1])
print("a" < "b", "Z" < "a", "abc" < "abd", "" < "a", "10" < "9", max("hello"), min("hello"), sorted("hello"))
print("prefix-x".removeprefix("prefix-"), "x.py".removesuffix(".py"), "x".removesuffix("y"))
print(ord("é"), chr(233), len("naïve"), "straße".upper(), list("añb"), "ab\tc".split("\t"), tuple("xy"))
words = "one two three four".split()
print(" ".join(sorted(words, key=len)), " ".join(reversed(words)), {w: i for i, w in enumerate(words, 1)})
a, b, *c = "hello"
print(a, b, c, "x" "y", "a" + "b" + str(1), "%" * 3, str.upper("shout"), list(map(str.strip, [" a ", "b "])))
text = ""
for i in range(3):
    text += str(i)
print(text, text is text, "abc" == "ab" + "c", "a" != "b", "yes" if text else "no", "yes" if "" else "no")
