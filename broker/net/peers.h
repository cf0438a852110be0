// Peers: makes the connections of this node to others, and has what those share: the loop on which they
// live, the threads that ask for addresses, how they get in. One for each listener of the others that this
// node connects to (that between brokers, and that of the controllers).
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "broker/loop.h"
#include "broker/net/loop_thread.h"
#include "broker/net/peer_address.h"
#include "broker/net/peer_login.h"
#include "broker/peer.h"
#include "security/tls_context.h"

namespace klamm::broker::net {

struct PeerSettings {
  std::string listener;  // the others', for the log: "CONTROLLER"
  int64_t setup_timeout_ms =
      10'000;  // socket.connection.setup.timeout.ms: from the name to the first request
  int64_t reconnect_backoff_ms = 50;  // and after each further failure twice as long, with some chance in it
  int64_t reconnect_backoff_max_ms = 1'000;
  size_t frame_size_max = 100 << 20;  // an answer that is larger ends its connection
  std::optional<PeerSasl> sasl{};     // SASL_PLAINTEXT and SASL_SSL
  bool speaks_tls = false;            // SSL and SASL_SSL: nothing is connected to while there is no context
};

// All of it outlives the peers, and the loop what the workers are still at. A name server that does not
// answer holds a worker for long: these should have nothing else to do.
struct PeerUses {
  LoopThread& loop;
  Workers& resolvers;
  Random& random;  // used on the loop
};

class PeerCommons {
 public:
  using Context = std::shared_ptr<const security::TlsContext>;

  PeerCommons(const PeerUses& uses, PeerSettings settings, Context tls, PeerResolver resolver);

  const PeerSettings& settings() const { return settings_; }
  const PeerUses& uses() const { return uses_; }
  const PeerResolver& resolver() const { return resolver_; }
  // For reading; on the loop.
  std::span<uint8_t> scratch() { return scratch_; }
  Context tls() const ABSL_LOCKS_EXCLUDED(mutex_);
  void set_tls(Context context) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  static constexpr size_t kScratch = 64 << 10;

  const PeerUses uses_;
  const PeerSettings settings_;
  const PeerResolver resolver_;
  std::vector<uint8_t> scratch_ = std::vector<uint8_t>(kScratch);
  mutable absl::Mutex mutex_;
  Context tls_ ABSL_GUARDED_BY(mutex_);
};

class Peers {
 public:
  // `tls` is a client's context; null where the listener has no TLS, or this node no stores for it yet.
  Peers(const PeerUses& uses, PeerSettings settings, PeerCommons::Context tls,
        PeerResolver resolver = resolve_peer);

  // On the loop's thread, as everything that a peer is asked. It may outlive the Peers.
  std::unique_ptr<Peer> make(PeerTarget target, std::string client_id) const;
  // For connections that are made from now on. From any thread.
  void set_tls(PeerCommons::Context context) { commons_->set_tls(std::move(context)); }

 private:
  const std::shared_ptr<PeerCommons> commons_;
};

}  // namespace klamm::broker::net
