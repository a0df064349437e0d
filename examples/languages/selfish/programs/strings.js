const say = (x) => console.log(x === undefined || x === -1 ? "nil" : `${x}`);
const vector = (items) => `(${items.map((each) => `'${each}'`).join(" & ")}) asVector`;
const reversed = (text) => [...text].reverse().join("");
const text = "The quick brown fox jumps over the lazy dog";
say(text.length);
say(text.toUpperCase());
say(text[4]);
say(text.slice(4, 9));
say(text.indexOf("fox"));
say(text.indexOf("cat"));
say(text.includes("lazy"));
say(text.startsWith("The") && text.endsWith("dog"));
say(vector(text.split(" ")));
say(text.split(" ").map(reversed).join(" "));
say(text.replace("quick", "slow"));
say("ab".repeat(3));
say("7".padStart(3) + "|" + "7".padEnd(3) + "|");
say("  trimmed  ".trim());
say(Number("12") + 30);
say((Number("2.5") * 2).toFixed(1));
say(Number.isNaN(Number("twelve")) ? undefined : 0);
say("it's\ta \"tab\"\\");
say("'quoted'");
say("apple" < "banana");
say("abc" === "a" + "bc");
say(`x = ${3}, y = ${2.5}, ${"nil"} and ${true}`);
function isPalindrome(text) {
  const letters = text.toLowerCase().replace(/[^a-z]/g, "");
  return letters === reversed(letters);
}
const rotated = (text, n) =>
  text.replace(/[a-z]/g, (c) => String.fromCharCode(((c.charCodeAt(0) - 97 + n + 26) % 26) + 97));
say(isPalindrome("A man, a plan, a canal: Panama"));
say(isPalindrome("A dog"));
say(rotated("hello, world", 13));
say(rotated(rotated("hello, world", 3), -3));
say("größer".toUpperCase());
say(reversed("größer"));
