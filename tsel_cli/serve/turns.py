"""Who is next: one queue with fair turns, bounded by number and by the text that waits."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from typing import Generic, Protocol, TypeVar


class Waiting(Protocol):
    """What can wait: whose it is, how much text it holds, whether nobody wants it any more."""

    @property
    def user(self) -> str:
        """Whose turn it takes."""

    @property
    def num_chars(self) -> int:
        """Text that it holds in memory while it waits."""

    def is_cancelled(self) -> bool:
        """Whether its client is gone."""


T = TypeVar("T", bound=Waiting)


class Full(Exception):
    """No more may wait."""


class Turns(Generic[T]):
    """Users take turns: whoever sends many requests waits behind those who send one. Within a user, first come first.

    `most` may wait, holding `most_chars` of text together (a single one may hold more).
    """

    def __init__(self, most: int, most_chars: int) -> None:
        self.most, self.most_chars = most, most_chars
        self._by_user: OrderedDict[str, deque[T]] = OrderedDict()
        self._num_chars = 0
        self._change = threading.Condition()
        self._closed = False

    def put(self, item: T) -> None:
        """Let it wait. Raises Full."""
        with self._change:
            self._sweep()
            if len(self) >= self.most or (self._num_chars and self._num_chars + item.num_chars > self.most_chars):
                raise Full
            self._by_user.setdefault(item.user, deque()).append(item)
            self._num_chars += item.num_chars
            self._change.notify()

    def get(self) -> T | None:
        """The next one, waiting for it; None once closed and empty. Its user goes to the end of the line."""
        with self._change:
            while not self._by_user and not self._closed:
                self._change.wait()
            if not self._by_user:
                return None
            user, items = self._by_user.popitem(last=False)
            item = items.popleft()
            if items:
                self._by_user[user] = items
            self._num_chars -= item.num_chars
            return item

    def is_full(self) -> bool:
        """Whether `put` would refuse even a short one."""
        with self._change:
            self._sweep()
            return len(self) >= self.most

    def take_all(self) -> list[T]:
        """Everything that waits, which then waits no more."""
        with self._change:
            left = [item for items in self._by_user.values() for item in items]
            self._by_user.clear()
            self._num_chars = 0
            return left

    def close(self) -> None:
        """`get` ends after what waits now."""
        with self._change:
            self._closed = True
            self._change.notify_all()

    def __len__(self) -> int:
        return sum(map(len, self._by_user.values()))

    def _sweep(self) -> None:
        """A client that left frees its place at once."""
        for user in list(self._by_user):
            kept = deque(item for item in self._by_user[user] if not item.is_cancelled())
            self._num_chars -= sum(i.num_chars for i in self._by_user[user]) - sum(i.num_chars for i in kept)
            if kept:
                self._by_user[user] = kept
            else:
                del self._by_user[user]
