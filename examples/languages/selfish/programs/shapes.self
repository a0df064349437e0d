"Traits that prototypes share, and parents that change: an object goes from one state to another
 by assigning its parent slot."

traits _AddSlots: (| shape = (|
  parent* = traits clonable.
  describe = ( name, ' of area ', area printString ).
  biggerThan: other = ( area > other area ).
|) |).

_AddSlots: (|
  square = (| parent* = traits shape. name = 'square'. side <- 1. area = ( side * side ) |).
  rectangle = (| parent* = traits shape. name = 'rectangle'.
    width <- 1. height <- 1. area = ( width * height ) |).
  circle = (| parent* = traits shape. name = 'circle'. radius <- 1.
    area = ( 3.25 * radius * radius ).
    describe = ( 'round ', parent.describe ) |).
|).

_AddSlots: (| all = ((square copy side: 3)
  & ((rectangle copy width: 2) height: 5)
  & (circle copy radius: 2)) asVector |).

all do: [| :each | each describe printLine ].
((all at: 0) biggerThan: (all at: 1)) printLine.
((all inject: square Into: [| :a. :b | (a biggerThan: b) ifTrue: [ a ] False: [ b ] ]) name) printLine.

"Three states of a door. Each knows what comes next; `state:` changes the parent."
traits _AddSlots: (| door = (|
  parent* = traits clonable.
  open = ( 'cannot open' printLine ).
  close = ( 'cannot close' printLine ).
  lock = ( 'cannot lock' printLine ).
|) |).

_AddSlots: (|
  opened = (| parent* = traits door. name = 'open'. close = ( state: closed ) |).
  closed = (| parent* = traits door. name = 'closed'.
    open = ( state: opened ). lock = ( state: locked ) |).
  locked = (| parent* = traits door. name = 'locked'.
    unlock: key = ( key = code ifTrue: [ state: closed ] False: [ 'wrong key' printLine ] ) |).
|).

_AddSlots: (| door = (| state* <- closed. code = 42 |) |).

door name printLine.
door close.
door open. door name printLine.
door lock.
door close. door lock. door name printLine.
door open.
door unlock: 1.
door unlock: 42. door name printLine.
((door state) == closed) printLine.
