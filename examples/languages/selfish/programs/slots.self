"Objects change while a program runs: slots come and go, parents are exchanged, numbers learn."

_AddSlots: (| thing = (| parent* = traits clonable. a = 1 |) |).

thing slotNames printLine.
(thing hasSlot: 'b') printLine.
thing addSlots: (| b <- 2. sum = ( a + b ) |).
thing slotNames printLine.
thing sum printLine.
thing b: 40.
thing sum printLine.
"A slot that is there already is replaced."
thing addSlots: (| a = 100. sum = ( a * b ) |).
thing sum printLine.
thing removeSlot: 'b'.
(thing hasSlot: 'b') printLine.
(thing hasSlot: 'a') printLine.
([ thing sum ] onError: [| :e | e message ]) printLine.

"What is added to a parent is there for all children at once."
_AddSlots: (|
  animal = (| parent* = traits clonable. noise = ( 'nothing' ) |).
|).
_AddSlots: (| dog = (| parent* = animal. noise = ( 'woof' ) |). cow = (| parent* = animal |) |).
animal addSlots: (| speak = ( noise, '!' ) |).
dog speak printLine.
cow speak printLine.
dog removeSlot: 'noise'.
dog speak printLine.

"Parents by name and by message."
_AddSlots: (| quiet = (| parent* = animal. noise = ( 'psst' ) |) |).
cow parentObject: quiet.
cow speak printLine.
(cow parentObject == quiet) printLine.
thing parentObject: animal.
thing speak printLine.

"Traits of numbers and strings are objects too."
traits integer _AddSlots: (| double = ( self * 2 ). calls <- 0. counted = ( calls: calls + 1. calls ) |).
traits string _AddSlots: (| shout = ( asUppercase, '!' ) |).
21 double printLine.
'hey' shout printLine.
1 counted. 2 counted.
3 counted printLine.

"Methods see the slots of the lobby, unless they have their own."
_AddSlots: (| a = 'global a'. c = 'global c' |).
thing addSlots: (| both = ( (a & c) asVector ) |).
thing both printLine.

"What the compiler counts on does not change."
([ traits number _AddSlots: (| + other = ( 'plus' ) |) ] onError: [| :e | e kind ]) printLine.
(1 + 2) printLine.
