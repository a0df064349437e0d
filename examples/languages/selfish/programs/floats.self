"Floats: IEEE doubles. A float that is whole shows that it is one."

traits float _AddSlots: (|
  newtonSqrt = (| x. last <- 0.0 |
    x: self.
    [ x != last ] whileTrue: [ last: x. x: (x + (self / x)) / 2.0. x >= last ifTrue: [ ^ last ] ].
    x
  ).
|).

_AddSlots: (|
  mandelbrot = (|
    parent* = traits clonable.
    stepsX: cx Y: cy = (| x <- 0.0. y <- 0.0. t. n <- 0 |
      [ n < 50 and: [ ((x * x) + (y * y)) < 4.0 ] ] whileTrue: [
        t: ((x * x) - (y * y)) + cx.
        y: (2.0 * x * y) + cy.
        x: t.
        n: n + 1
      ].
      n
    ).
    row: cy = (| text <- '' |
      0 upTo: 40 Do: [| :i |
        text: text, ((stepsX: ((i asFloat / 15.0) - 2.0) Y: cy) = 50 ifTrue: [ '*' ] False: [ '.' ])
      ].
      text
    ).
  |)
|).

(0.1 + 0.2) printLine.
3.0 printLine.
(1.5 + 1.5) printLine.
(7 / 2.0) printLine.
(10 asFloat / 4) printLine.
(1.0 / 3.0) printLine.
1.0e21 printLine. 1.5e-7 printLine.
(1.0 / 0.0) printLine.
((1.0 / 0.0) - (1.0 / 0.0)) printLine.
2.0 newtonSqrt printLine.
2.0 sqrt printLine.
(2.0 power: 0.5) printLine.
(2.7 floor & 2.2 ceil & 2.5 round & -2.7 asInteger & -2.7 floor) asVector printLine.
(3 = 3.0) printLine. (3 == 3.0) printLine.
((1 < 1.5) and: [ 2.5 > 2 ]) printLine.
(-1.5 abs max: 1) printLine.
(5.5 % 2.0) printLine.
(0 - 0.0) printLine.
1 to: 2 By: 0.25 Do: [| :x | x print. ' ' print ].
'' printLine.
-1.0 to: 1.0 By: 0.25 Do: [| :y | (mandelbrot row: y) printLine ].
