// ServerSecurity: TLS and SASL of a node's listeners, put together: what the network asks of those who come,
// and who looks after it while the node runs.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "broker/config/node_config.h"
#include "broker/image_credentials.h"
#include "broker/loop.h"
#include "broker/net/listener_gates.h"
#include "broker/published_image.h"
#include "broker/tls_keeper.h"

namespace klamm::broker {

class ServerSecurity {
 public:
  // Reads the key stores and trust stores; a failure names what is wrong with them. Where listeners
  // `may_have_others`, which only the metadata knows, what is wrong with the file's is said, and waits for
  // adopt(). All outlive the result.
  static Result<std::unique_ptr<ServerSecurity>, Failure> make(const NodeConfig& config,
                                                               const PublishedImage& images,
                                                               const Clock& clock, bool may_have_others);

  const net::ListenerGates& gates() const { return gates_; }

  // Before anything is listened to: the stores that listeners have been given since the file was written.
  // Where they are of no use, a listener has the file's, if those trust the same; otherwise it is a failure,
  // since somebody may come in who is to be kept out.
  Result<void, Failure> adopt(const SecurityConfig& security);
  // Why a listener that runs cannot have these stores, by their files and by what it has now. Blocks; from
  // any thread.
  std::optional<Failure> try_stores(const std::string& listener, const security::TlsConfig& stores) const;

  // Both are stopped before this goes. `replaced` is told, on a worker's thread, of the stores that a
  // listener has from now on.
  using Replaced = std::function<void(const std::string& listener, const security::TlsConfig& stores)>;
  void start(Loop& loop, Workers& workers, Replaced replaced);
  // From any thread, after start(): the stores that listeners are to have from now on.
  void follow(const SecurityConfig& security);
  void stop();

 private:
  ServerSecurity(const NodeConfig& config, const PublishedImage& images, const Clock& clock)
      : config_(config), clock_(clock), credentials_(images), gates_(credentials_) {}

  Result<void, Failure> add(const Listener& listener, bool may_have_others);
  Result<void, Failure> adopt(const std::string& name, const ListenerSecurity& listener);
  security::TlsChangeRules change_rules() const;

  const NodeConfig& config_;
  const Clock& clock_;
  const ImageCredentials credentials_;
  net::ListenerGates gates_;
  std::map<std::string, Failure> useless_;  // what is wrong with the file's stores, by listener
  std::unique_ptr<TlsKeeper> keeper_;
};

}  // namespace klamm::broker
