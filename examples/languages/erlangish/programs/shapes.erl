%% A module that others call; it has no main.
-module(shapes).
-export([area/1, name/1, all/0, scale/2]).

-record(rectangle, {width, height}).

area(#rectangle{width = W, height = H}) -> W * H;
area({square, Side}) -> Side * Side;
area({circle, R}) -> 3 * R * R.

name(#rectangle{}) -> rectangle;
name({Name, _}) -> Name.

all() -> [{square, 2}, {circle, 1}, #rectangle{width = 2, height = 3}].

scale(N, {Name, Size}) -> {Name, N * Size};
scale(N, R) -> R#rectangle{width = N * secret(R#rectangle.width), height = N * R#rectangle.height}.

secret(X) -> X.
