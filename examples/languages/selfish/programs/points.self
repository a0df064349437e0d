"Objects with slots, made by cloning; unary, binary and keyword messages, and their precedence."

_AddSlots: (|
  point = (|
    parent* = traits clonable.
    x <- 0.
    y <- 0.
    x: a Y: b = ( (clone x: a) y: b ).
    + other = ( copyX: x + other x Y: y + other y ).
    - other = ( copyX: x - other x Y: y - other y ).
    * factor = ( copyX: x * factor Y: y * factor ).
    = other = ( (x = other x) and: [ y = other y ] ).
    copyX: a Y: b = ( (clone x: a) y: b ).
    dot: other = ( (x * other x) + (y * other y) ).
    negated = ( self * -1 ).
    printString = ( '(', x printString, ', ', y printString, ')' ).
  |)
|).

_AddSlots: (| a = point x: 1 Y: 2. |).
_AddSlots: (| b = a + (point x: 10 Y: 20) |).

a printLine.
b printLine.
(b - a) printLine.
"Unary before binary before keyword."
(a dot: b negated + a) printLine.
(a dot: (b negated + a)) printLine.
((a dot: b) negate + 1) printLine.
"Operators have no order among each other: one needs parentheses."
(a + (b * 3)) printLine.
((a + b) * 3) printLine.
(b - a - a - a) printLine.
"A keyword message takes what is to its right."
(3 max: 4 min: 2) printLine.
((3 max: 4) min: 2) printLine.
"Clones have slots of their own."
(a clone x: 100) printLine.
a printLine.
((a = (point x: 1 Y: 2)) and: [ (a == a) and: [ (a == a clone) not ] ]) printLine.
