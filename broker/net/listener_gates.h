// ListenerGates: what the connections of each listener have to pass before their requests are served, and
// what they share for it. Made before anything listens; of it only TLS contexts change, which may be replaced
// at any time from any thread: a connection takes the one of the moment when it begins its handshake, and
// keeps it.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "broker/config/security_config.h"
#include "security/principal_mapping.h"
#include "security/sasl_server.h"
#include "security/tls_context.h"

namespace klamm::broker::net {

// What one listener asks of those who come.
class ListenerGate {
 public:
  using Context = std::shared_ptr<const security::TlsContext>;

  ListenerGate(std::string name, Context tls, std::optional<SaslConfig> sasl,
               security::PrincipalMapping mapping)
      : name_(std::move(name)), sasl_(std::move(sasl)), mapping_(std::move(mapping)), tls_(std::move(tls)) {}

  const std::string& name() const { return name_; }

  // Null where the listener has no TLS.
  Context tls() const ABSL_LOCKS_EXCLUDED(mutex_);
  void set_tls(Context context) ABSL_LOCKS_EXCLUDED(mutex_);
  const std::optional<SaslConfig>& sasl() const { return sasl_; }
  // From the names in certificates to those of principals.
  const security::PrincipalMapping& mapping() const { return mapping_; }

 private:
  const std::string name_;
  const std::optional<SaslConfig> sasl_;
  const security::PrincipalMapping mapping_;
  mutable absl::Mutex mutex_;
  Context tls_ ABSL_GUARDED_BY(mutex_);
};

class ListenerGates {
 public:
  // Which outlive the gates.
  explicit ListenerGates(const security::SaslCredentials& credentials) : credentials_(credentials) {}

  // Before the server starts. `tls` is null, and `sasl` empty, as the listener's protocol has it; `tls` also
  // where the file's stores are of no use, and others are to come before anybody connects.
  void add(std::string listener, ListenerGate::Context tls, std::optional<SaslConfig> sasl,
           security::PrincipalMapping mapping = {});
  // From any thread. A name that has no TLS is a bug.
  void set_tls(std::string_view listener, ListenerGate::Context context);
  // nullptr for a listener that was not added.
  const ListenerGate* find(std::string_view listener) const;

  const security::SaslCredentials& credentials() const { return credentials_; }

  // New key stores or trust stores that were of no use, so that the old context stayed. From any thread.
  void count_refused_reload() { reloads_refused_.fetch_add(1); }
  int64_t reloads_refused() const { return reloads_refused_.load(); }

 private:
  const security::SaslCredentials& credentials_;
  std::map<std::string, ListenerGate, std::less<>> gates_;  // no entry comes or goes after the start
  std::atomic<int64_t> reloads_refused_{0};
};

}  // namespace klamm::broker::net
