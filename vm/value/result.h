// Result<T>: a value, or why the environment could not give one. For failures outside the policy: files, images, peers, limits.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace remit {

struct Failure {
    std::string message;  // lower case, no full stop
};

template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Failure f) : state_(std::in_place_index<1>, std::move(f)) {}
    bool ok() const { return state_.index() == 0; }
    explicit operator bool() const { return ok(); }
    T& operator*() { return std::get<0>(state_); }
    const T& operator*() const { return std::get<0>(state_); }
    T* operator->() { return &std::get<0>(state_); }
    const T* operator->() const { return &std::get<0>(state_); }
    const std::string& error() const { return std::get<1>(state_).message; }

private:
    std::variant<T, Failure> state_;
};

}  // namespace remit
