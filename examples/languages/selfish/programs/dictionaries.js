const show = (x) =>
  x instanceof Map ? `dictionary(${[...x].map(([k, v]) => `${show(k)} -> ${show(v)}`).join(", ")})`
  : Array.isArray(x) ? `(${x.map(show).join(" & ")}) asVector`
  : typeof x === "string" ? `'${x}'` : x === null ? "nil" : `${x}`;
const say = (x) => console.log(typeof x === "string" ? x : show(x));
const counts = new Map();
for (const word of "to be or not to be that is the question".split(" "))
  counts.set(word, (counts.get(word) ?? 0) + 1);
say(counts);
say(counts.size);
say(counts.get("be"));
say(counts.has("or"));
say([...counts.keys()]);
say([...counts.values()].reduce((a, b) => a + b));
say([...counts.values()].filter((n) => n > 1));
say([...counts].map(([word, n]) => word + n));
counts.delete("question");
say(counts.get("question") ?? "gone");
say("the key 'question' is absent");
const more = new Map(counts);
more.set("new", 100);
say([counts.size, more.size]);
const known = new Map();
let calls = 0;
function fib(n) {
  if (!known.has(n)) { calls++; known.set(n, n < 2 ? BigInt(n) : fib(n - 1) + fib(n - 2)); }
  return known.get(n);
}
say(fib(90));
say(calls);
const mixed = new Map([[1, "one"], ["1", "text"], [true, "truth"], [null, "nothing"]]);
for (const key of [1, "1", true, null]) say(mixed.get(key));
say(mixed.size);
const groups = new Map();
for (let i = 1; i <= 10; i++) groups.set(i % 3, [...(groups.get(i % 3) ?? []), i]);
for (const [key, members] of groups) say(`${key}: ${show(members)}`);
say([...groups.values()].find((members) => members.length > 3));
