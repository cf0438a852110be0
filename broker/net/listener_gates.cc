#include "broker/net/listener_gates.h"

#include <tuple>
#include <utility>

#include "base/check.h"

namespace klamm::broker::net {

ListenerGate::Context ListenerGate::tls() const {
  absl::MutexLock lock(&mutex_);
  return tls_;
}

// The old context may be the last of its kind here: it dies without the lock.
void ListenerGate::set_tls(Context context) {
  CHECK(context != nullptr);
  absl::MutexLock lock(&mutex_);
  tls_.swap(context);
}

void ListenerGates::add(std::string listener, ListenerGate::Context tls, std::optional<SaslConfig> sasl,
                        security::PrincipalMapping mapping) {
  bool is_new =
      gates_
          .emplace(std::piecewise_construct, std::forward_as_tuple(listener),
                   std::forward_as_tuple(listener, std::move(tls), std::move(sasl), std::move(mapping)))
          .second;
  CHECK(is_new);
}

void ListenerGates::set_tls(std::string_view listener, ListenerGate::Context context) {
  auto found = gates_.find(listener);
  CHECK(found != gates_.end());
  found->second.set_tls(std::move(context));
}

const ListenerGate* ListenerGates::find(std::string_view listener) const {
  auto found = gates_.find(listener);
  return found == gates_.end() ? nullptr : &found->second;
}

}  // namespace klamm::broker::net
