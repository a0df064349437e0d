"What is the same (==), and what is equal (=), which each object decides for itself."

_AddSlots: (|
  money = (|
    parent* = traits clonable.
    amount <- 0. currency <- 'EUR'.
    isMoney = ( true ).
    amount: n In: text = ( (clone amount: n) currency: text ).
    = other = ( (amount = other amount) and: [ currency = other currency ] ).
    hash = ( currency, amount ).
  |).
  plain = (| parent* = traits clonable. amount <- 0 |).
|).

_AddSlots: (| five = money amount: 5 In: 'EUR' |).
(five = (money amount: 5 In: 'EUR')) printLine.
(five == (money amount: 5 In: 'EUR')) printLine.
(five == five) printLine.
(five != (money amount: 6 In: 'EUR')) printLine.
(five !== five) printLine.
"An object without `=` of its own is equal to itself only."
(plain = plain) printLine.
(plain = plain copy) printLine.
"Numbers are equal by value, whatever their type; the same only if nothing tells them apart."
((1 = 1.0) & (1 == 1.0) & (1 == 1) & ((2 power: 80) == (2 power: 80))) asVector printLine.
((0.1 + 0.2) = 0.3) printLine.
((0.0 / 0.0) = (0.0 / 0.0)) printLine.
"Strings never change, so that equal ones are the same."
(('a', 'b') = 'ab') printLine.
(('a', 'b') == 'ab') printLine.
"Vectors can be told apart."
((vector copy) == (vector copy)) printLine.
((vector copy) = (vector copy)) printLine.
(nil == nil) printLine.
(nil = false) printLine.
((nil isNil) & (five isNil) & (nil ifNil: [ 'was nil' ]) & (five ifNotNil: [| :m | m amount ])) asVector printLine.
((nil ifNil: [ 1 ] NotNil: [ 2 ]) & (3 ifNil: [ 1 ] NotNil: [| :n | n + 1 ])) asVector printLine.
"Keys of dictionaries are told apart as `==` does."
_AddSlots: (| named = dictionary copy |).
named at: five hash Put: 'five euros'.
(named at: (money amount: 5 In: 'EUR') hash) printLine.
"The same block, and another one of the same code."
_AddSlots: (| makeBlock = ( [ 1 ] ). |).
_AddSlots: (| kept = [ 1 ] |).
(kept == kept) printLine.
(makeBlock == makeBlock) printLine.
