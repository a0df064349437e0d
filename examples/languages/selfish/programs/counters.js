const maker = {
  counterFrom(start) {
    let count = start;
    return {up: () => ++count, now: () => count};
  },
  adder: (n) => (m) => n + m,
  compose: (f, g) => (x) => f(g(x)),
};
const one = maker.counterFrom(10), two = maker.counterFrom(0);
one.up(); one.up(); two.up();
console.log(one.now());
console.log(two.now());
console.log(maker.adder(3)(4));
console.log(maker.compose(maker.adder(1), (x) => x * 10)(4));

const blocks = [];
for (let i = 1; i <= 3; i++) {
  let twice = i * 2;
  blocks.push(() => { twice += 1; return `${i}:${twice}`; });
}
for (const each of blocks) console.log(each());
for (const each of blocks) console.log(each());

function run() {
  let total = 0;
  const adders = [];
  for (let i = 1; i <= 3; i++) adders.push(() => (total += i));
  for (const each of adders) each();
  for (const each of adders) each();
  return total;
}
function nested() {
  let a = 1;
  const inner = (() => { let b = 10; const first = (() => { let c = 100; a++; b += a; c += b; return c; })(); return first + b; })();
  return inner + a;
}
function fib() {
  let a = 0, b = 1;
  return () => { const t = a; a = b; b = t + b; return t; };
}
console.log(run());
console.log(nested());
const next = fib();
for (let i = 0; i < 10; i++) next();
const twelve = Array.from({length: 12}, () => next());
console.log(`(${twelve.join(" & ")}) asVector`);
console.log(((a) => a)(1, 2));
console.log(((a, b, c, d) => a * b + c * d)(1, 2, 3, 4));
console.log((() => "no arguments")());
console.log("nil");
