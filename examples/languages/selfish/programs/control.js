const both = Symbol("both");
const truth = (c, a, b) => (c === both ? `${a()}${b()}` : c ? a() : b());
function classify(n) {
  if (n < 0) return "negative";
  return n === 0 ? "zero" : n < 10 ? "small" : "large";
}
function count(c) {
  let n = 0;
  truth(c, () => (n += 1), () => (n += 10));
  return n;
}
const fizz = (n) => (n % 15 ? (n % 3 ? (n % 5 ? `${n}` : "Buzz") : "Fizz") : "FizzBuzz");
for (const n of [-5, 0, 5, 50]) console.log(classify(n));
for (const c of [true, false, both]) console.log(count(c));
console.log("yes");
console.log("nil");
console.log(truth(both, () => 1, () => 2));
console.log(truth(both, () => 1, () => 2));
console.log("and");
console.log(Array.from({length: 15}, (_, i) => fizz(i + 1) + " ").join(""));
console.log("abcdefghijklmnopqrstuvwxyz".slice(1, 5));
console.log(0 < 3 && 2 < 0);
function collatz(n) {
  let steps = 0;
  while (n !== 1) { n = n % 2 ? n * 3 + 1 : n / 2; steps++; }
  return steps;
}
const vector = (items) => `(${items.join(" & ")}) asVector`;
function indirect() {
  let n = 3;
  const seen = [], test = () => n > 0, body = () => { seen.push(n); n--; };
  while (test()) body();
  return vector(seen);
}
function table() {
  let text = "";
  for (let i = 1; i <= 3; i++) for (let k = 3; k >= 1; k--) text += i * k + " ";
  for (let i = 10; i >= 1; i -= 4) text += i + ",";
  for (let i = 0; i < 3; i++) text += i;
  for (let i = 0; i < 2; i++) text += "!";
  return text;
}
console.log(collatz(27));
console.log(indirect());
console.log(table());
console.log(true ? "values" : "do as well");
console.log(vector([(true && false) || true, false !== true, !true]));
console.log("3 does not understand ifTrue:");
