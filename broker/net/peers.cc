#include "broker/net/peers.h"

#include <utility>

#include "broker/net/peer_connection.h"

namespace klamm::broker::net {

PeerCommons::PeerCommons(const PeerUses& uses, PeerSettings settings, Context tls, PeerResolver resolver)
    : uses_(uses), settings_(std::move(settings)), resolver_(std::move(resolver)), tls_(std::move(tls)) {}

PeerCommons::Context PeerCommons::tls() const {
  absl::MutexLock lock(&mutex_);
  return tls_;
}

void PeerCommons::set_tls(Context context) {
  absl::MutexLock lock(&mutex_);
  // The old one dies, if it was the last, outside of the lock.
  tls_.swap(context);
}

Peers::Peers(const PeerUses& uses, PeerSettings settings, PeerCommons::Context tls, PeerResolver resolver)
    : commons_(
          std::make_shared<PeerCommons>(uses, std::move(settings), std::move(tls), std::move(resolver))) {}

std::unique_ptr<Peer> Peers::make(PeerTarget target, std::string client_id) const {
  return std::make_unique<PeerConnection>(commons_, std::move(target), std::move(client_id));
}

}  // namespace klamm::broker::net
