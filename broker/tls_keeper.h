// TlsKeeper: looks after the TLS contexts of a node's listeners while it runs. Once a second it has a worker
// see whether their files have changed, hands over the contexts that are made of new ones, and says what
// becomes of them: which certificate is served from now on, why new files are of no use, and what expires
// soon.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "broker/loop.h"
#include "security/certificate_expiry.h"
#include "security/tls_reload.h"

namespace klamm::broker {

class TlsKeeper {
 public:
  using Context = std::shared_ptr<const security::TlsContext>;

  // Everything outlives the last look: a loop and workers that have stopped begin none.
  struct Uses {
    Loop& loop;
    Workers& workers;
    const Clock& clock;
    // From a worker's thread.
    std::function<void(const std::string& listener, Context context)> replace;
    std::function<void()> count_refused;
  };

  TlsKeeper(Uses uses, const security::TlsChangeRules& rules) : uses_(std::move(uses)), rules_(rules) {}

  // Before start(). `context` is what the listener has now.
  void watch(std::string listener, Context context);
  // From any thread: the next look is at these stores. Until a context is made of them, and where none can
  // be, the listener goes on with what it has.
  void reconfigure(std::string listener, security::TlsConfig config) ABSL_LOCKS_EXCLUDED(mutex_);
  void start();
  void stop();

 private:
  struct Watched {
    std::string listener;
    security::TlsReload reload;
    security::CertificateExpiry expiry;
    // Stores that it was to have, and that were of no use: tried again, since files may come later.
    std::optional<security::TlsConfig> wanted;
    bool is_refused = false;
    int64_t refused_at_ms = 0;
  };

  void schedule();
  void look() ABSL_LOCKS_EXCLUDED(mutex_);
  void take_up(Watched& watched);
  void look_at(Watched& watched);
  void refuse(const Watched& watched, const Failure& failure);
  void say_what_is_served(const Watched& watched);

  const Uses uses_;
  const security::TlsChangeRules rules_;
  std::vector<Watched> watched_;  // touched by the one look that there is at a time
  bool is_looking_ = false;       // on the loop, and so is the next
  bool stopped_ = false;

  absl::Mutex mutex_;
  std::map<std::string, security::TlsConfig> wanted_ ABSL_GUARDED_BY(mutex_);  // by listener
};

}  // namespace klamm::broker
