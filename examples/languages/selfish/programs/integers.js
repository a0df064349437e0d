const factorial = (n) => (n <= 1n ? 1n : n * factorial(n - 1n));
const fibonacci = (n) => { let a = 0n, b = 1n; while (n-- > 0) [a, b] = [b, a + b]; return a; };
const floor = (a, b) => { const q = a / b; return a % b !== 0n && a < 0n !== b < 0n ? q - 1n : q; };
const gcd = (a, b) => (b === 0n ? a : gcd(b, a % b));
const vector = (items) => console.log(`(${items.join(" & ")}) asVector`);
function power(base, n, m) {
  let result = 1n;
  for (base %= m; n > 0n; n /= 2n) { if (n % 2n) result = (result * base) % m; base = (base * base) % m; }
  return result;
}
function isPrime(n) {
  if (n < 2) return false;
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
  return true;
}
const say = (n) => console.log(`${n}`);
say(factorial(50n));
say(fibonacci(300));
say([...`${factorial(100n)}`].reduce((sum, digit) => sum + Number(digit), 0));
say(2n ** 200n);
say(0xffffffffffffffffn + 1n);
say(-7n / 2n); say(-7n % 2n);
say(floor(-7n, 2n)); say(-7n - 2n * floor(-7n, 2n));
say(2n ** 100n / 3n ** 20n);
say(2n ** 100n % 3n ** 20n);
say(gcd(1071n, 462n));
say(power(3n, 10n ** 18n, 1000000007n));
vector([1, Math.abs(-3), -5, 49]);
vector([(-255).toString(16), (255).toString(2), (35).toString(36)].map((text) => `'${text}'`));
vector([12 & 10, 12 | 10, 12 ^ 10]);
vector([1n << 70n, (1n << 70n) >> 68n]);
vector(Array.from({length: 60}, (_, i) => i).filter(isPrime));
try { 1n / 0n; } catch (e) { say("bad_number"); }
say(999999999999n * 999999999999n - 1n);
