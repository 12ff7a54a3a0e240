"""A sequence whose items are made when they are asked for."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar, overload

T = TypeVar("T")


class LazySequence(Sequence[T]):
    """Items by number, made anew each time."""

    def __init__(self, length: int, make: Callable[[int], T]) -> None:
        self._length = length
        self._make = make

    def __repr__(self) -> str:
        return f"<LazySequence of {self._length}>"

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, place: int) -> T: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[T]: ...

    def __getitem__(self, place: int | slice) -> T | Sequence[T]:
        if isinstance(place, slice):
            return [self._make(number) for number in range(self._length)[place]]
        return self._make(range(self._length)[place])

    def __iter__(self) -> Iterator[T]:
        return map(self._make, range(self._length))
