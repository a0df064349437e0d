const say = (x) => console.log(`${x}`);
const attempt = (body, handler) => { try { return body(); } catch (e) { return handler(e); } };
const fail = (kind, message) => { throw {kind, message}; };
const text = (e) => `${e.kind}: ${e.message}`;
const check = (n) => (n < 10 ? fail("tooSmall", `too small by ${10 - n}`) : n);
const sum = (items) => items.reduce((total, each) => total + check(each), 0);
const only = (kind, body) => attempt(body, (e) => (e.kind === kind ? `handled ${e.message}` : (() => { throw e; })()));
function retry(times, body) {
  try {
    if (times === 0) return "gave up";
    return body(times);
  } catch (e) {
    say(`failed: ${e.message}`);
    return retry(times - 1, body);
  }
}
say(attempt(() => sum([10, 20]), text));
say(attempt(() => sum([10, 7, 8]), text));
say(attempt(() => fail("error", "by hand"), text));
say(attempt(() => 1n / 0n, () => "bad_number"));
say(attempt(() => 1n + "a".foo.bar, () => "bad_type"));
say(attempt(() => [].at(3).x, () => "bad_index"));
say(attempt(() => (3)["foo:Bar:"](4, 5), () => "3 does not understand foo:Bar:"));
say(attempt(() => fail("error", "this block wants an argument"), (e) => e.message));
const dive = () => 1 + dive();
say(attempt(dive, (e) => (e instanceof RangeError ? "stack_overflow" : "other")));
say(attempt(() => attempt(() => fail("error", "inner"), (e) => fail("error", `outer after ${e.message}`)), (e) => e.message));
say(attempt(() => only("tooSmall", () => check(4)), () => "not here"));
say(attempt(() => only("tooSmall", () => fail("error", "other")), (e) => `passed on: ${e.message}`));
say(retry(3, (n) => (n === 1 ? "third time" : fail("error", n))));
say(retry(2, () => fail("error", "never")));
say(attempt(() => "fine", () => "not here"));
say(attempt(() => { throw 42; }, (e) => e));
