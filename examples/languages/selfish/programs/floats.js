const show = (x) => (Number.isInteger(x) && Math.abs(x) < 1e21 ? `${x}.0` : x === Infinity ? "inf" : `${x}`.replace("e+", "e"));
const say = (x) => console.log(typeof x === "number" ? show(x) : `${x}`);
function newton(n) {
  let x = n, last = 0;
  while (x !== last) { last = x; x = (x + n / x) / 2; if (x >= last) return last; }
  return x;
}
function steps(cx, cy) {
  let x = 0, y = 0, n = 0;
  while (n < 50 && x * x + y * y < 4) { [x, y] = [x * x - y * y + cx, 2 * x * y + cy]; n++; }
  return n;
}
say(0.1 + 0.2);
say(3);
say(1.5 + 1.5);
say(7 / 2);
say(10 / 4);
say(1 / 3);
say(1e21); say(1.5e-7);
say(1 / 0);
say(1 / 0 - 1 / 0);
say(newton(2));
say(Math.sqrt(2));
say(2 ** 0.5);
say(`(${[Math.floor(2.7), Math.ceil(2.2), Math.round(2.5), Math.trunc(-2.7), Math.floor(-2.7)].join(" & ")}) asVector`);
say(3 === 3.0); say(false);
say(1 < 1.5 && 2.5 > 2);
say(Math.max(Math.abs(-1.5), 1));
say(5.5 % 2);
say(0 - 0);
let line = "";
for (let x = 1; x <= 2; x += 0.25) line += (x === 1 ? "1" : show(x)) + " ";
console.log(line);
for (let y = -1; y <= 1; y += 0.25)
  say(Array.from({length: 40}, (_, i) => (steps(i / 15 - 2, y) === 50 ? "*" : ".")).join(""));
