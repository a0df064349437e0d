"Eight queens: the first solution leaves all loops and activations at once; then all are counted."

_AddSlots: (|
  board = (|
    parent* = traits clonable.
    size <- 8.
    columns <- vector.
    "Whether a queen in a row and column is safe from those in the rows before."
    safe: row At: column = (
      0 upTo: row Do: [| :r. c |
        c: columns at: r.
        (c = column or: [ (c - column) abs = (row - r) ]) ifTrue: [ ^ false ]
      ].
      true
    ).
    solutionsFrom: row Do: block = (
      row = size ifTrue: [ ^ block value: columns ].
      0 upTo: size Do: [| :column |
        (safe: row At: column) ifTrue: [
          columns at: row Put: column.
          solutionsFrom: row + 1 Do: block
        ]
      ]
    ).
    first = ( solutionsFrom: 0 Do: [| :found | ^ found copy ]. 'none' ).
    count = (| n <- 0 | solutionsFrom: 0 Do: [ n: n + 1 ]. n ).
    of: n = ( (clone size: n) columns: (vector copySize: n FillingWith: 0) ).
    show: found = (
      found do: [| :queen. line <- '' |
        size do: [| :column | line: line, (column = queen ifTrue: [ 'Q ' ] False: [ '. ' ]) ].
        line printLine
      ]
    ).
  |)
|).

(board of: 8) show: (board of: 8) first.
(board of: 3) first printLine.
1 to: 6 Do: [| :n | (n printString, ': ', (board of: n) count printString) printLine ].
