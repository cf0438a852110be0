// Result<T, E>: a value or the error that took its place. Which E is used says which kind of error it is:
// protocol::ErrorCode for an outcome that Kafka names, storage::DiskError for the environment, Failure for
// start-up and configuration (a message for a person).
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "base/check.h"

namespace klamm {

// A message for the operator that names the key or file, what it holds, and what would be right.
struct Failure {
  std::string message;
};

// Wraps an error so that Result<T, T> and implicit conversions stay unambiguous: `return Error{code};`
template <class E>
struct Error {
  E error;
};
template <class E>
Error(E) -> Error<E>;

template <class T, class E>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  template <class F>
  Result(Error<F> error) : state_(std::in_place_index<1>, std::move(error.error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // Only while ok().
  T& value() & { CHECK(ok()); return std::get<0>(state_); }
  const T& value() const& { CHECK(ok()); return std::get<0>(state_); }
  T&& value() && { CHECK(ok()); return std::get<0>(std::move(state_)); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }

  // Only while not ok().
  const E& error() const& { CHECK(!ok()); return std::get<1>(state_); }
  E&& error() && { CHECK(!ok()); return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, E> state_;
};

// The result of something that is done for its effect.
template <class E>
class [[nodiscard]] Result<void, E> {
 public:
  Result() = default;
  template <class F>
  Result(Error<F> error) : error_(std::in_place_index<1>, std::move(error.error)) {}

  bool ok() const { return error_.index() == 0; }
  explicit operator bool() const { return ok(); }
  const E& error() const& { CHECK(!ok()); return std::get<1>(error_); }
  E&& error() && { CHECK(!ok()); return std::get<1>(std::move(error_)); }

 private:
  std::variant<std::monostate, E> error_;
};

}  // namespace klamm
