"Integers of any size: what is exact stays exact."

traits integer _AddSlots: (|
  fibonacci = (| a <- 0. b <- 1. t |
    timesRepeat: [ t: a + b. a: b. b: t ].
    a
  ).
  digits = ( printString asVector collect: [| :each | each asInteger ] ).
  powerOf: n Modulo: m = (| result <- 1. base. left |
    base: self % m.
    left: n.
    [ left > 0 ] whileTrue: [
      left odd ifTrue: [ result: (result * base) % m ].
      base: (base * base) % m.
      left: left / 2
    ].
    result
  ).
  isPrime = (| d <- 3 |
    self < 2 ifTrue: [ ^ false ].
    even ifTrue: [ ^ self = 2 ].
    [ (d * d) <= self ] whileTrue: [ (self % d) = 0 ifTrue: [ ^ false ]. d: d + 2 ].
    true
  ).
|).

50 factorial printLine.
300 fibonacci printLine.
100 factorial digits sum printLine.
(2 power: 200) printLine.
(16rFFFFFFFFFFFFFFFF + 1) printLine.
(-7 / 2) printLine. (-7 % 2) printLine.
(-7 div: 2) printLine. (-7 mod: 2) printLine.
((2 power: 100) / (3 power: 20)) printLine.
((2 power: 100) % (3 power: 20)) printLine.
(1071 gcd: 462) printLine.
(3 powerOf: (10 power: 18) Modulo: 1000000007) printLine.
(1 & -3 abs & 5 negate & (7 squared)) asVector printLine.
(((0 - 255) printBase: 16) & (255 printBase: 2) & (35 printBase: 36)) asVector printLine.
((12 bitAnd: 10) & (12 bitOr: 10) & (12 bitXor: 10)) asVector printLine.
((1 shiftLeft: 70) & ((1 shiftLeft: 70) shiftRight: 68)) asVector printLine.
(((vector copySize: 60) collect: [| :each. :i | i ]) select: [| :n | n isPrime ]) printLine.
([ 1 / 0 ] onError: [| :e | e kind ]) printLine.
((999999999999 * 999999999999) - 1) printLine.
