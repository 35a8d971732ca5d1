"""The shared cache. It only counts attempts to sign in, so a Redis that is away must keep nobody out."""

import logging
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis import RedisError

_logger = logging.getLogger("config.cache")


class ForgivingRedisCache(RedisCache):
    """Remembers nothing while Redis does not answer, and says so in the log."""

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        try:
            return super().get(key, default, version)
        except RedisError as error:
            self._tell(error)
            return default

    def set(self, key: str, value: Any, *arguments: Any, **options: Any) -> None:
        try:
            super().set(key, value, *arguments, **options)
        except RedisError as error:
            self._tell(error)

    def add(self, key: str, value: Any, *arguments: Any, **options: Any) -> bool:
        try:
            return super().add(key, value, *arguments, **options)
        except RedisError as error:
            self._tell(error)
            return True

    def delete(self, key: str, version: int | None = None) -> bool:
        try:
            return super().delete(key, version)
        except RedisError as error:
            self._tell(error)
            return False

    def _tell(self, error: RedisError) -> None:
        _logger.warning("cache away", extra={"fields": {"error": type(error).__name__}})
