// TlsReload: notices that the files of a TLS context have changed, and makes the context that takes its
// place. It has no thread and no timer: its owner calls check() every second or so. Connections keep the
// context with which they began.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "security/tls_context.h"

namespace klamm::security {

// ssl.allow.dn.changes, ssl.allow.san.changes: unless allowed, a new certificate must keep the subject of the
// one before it, and have all of its subject alternative names.
struct TlsChangeRules {
  bool allow_dn_changes = false;
  bool allow_san_changes = false;
};

// Why `after` may not take the place of `before` while the node runs; the rules are those of Kafka's
// SslFactory. Also for changes of the configuration.
std::optional<Failure> find_forbidden_change(const TlsContext& before, const TlsContext& after,
                                             const TlsChangeRules& rules);

class TlsReload {
 public:
  using Outcome = Result<std::shared_ptr<const TlsContext>, Failure>;

  // How old the keys of session tickets get.
  static constexpr int64_t kTicketKeysMs = 86'400'000;
  // How often a content that was refused is tried again: a certificate may become valid.
  static constexpr int64_t kTryAgainMs = 60'000;

  // `current` was made at `now_ms`, which is wall-clock time.
  TlsReload(std::shared_ptr<const TlsContext> current, const TlsChangeRules& rules, int64_t now_ms);

  // A context to be used from now on, or why the files as they are now cannot be used: said once for each
  // content. Either only when it is the same at two looks, since it may be half written, which a chain of
  // certificates does not show. Nothing while nothing has changed; then it costs a stat() for each file. A
  // context with the fingerprint of the one before it is there for new ticket keys only.
  std::optional<Outcome> check(int64_t now_ms);

  const std::shared_ptr<const TlsContext>& current() const { return current_; }

 private:
  // What stat() says of a file, behind symbolic links. Nothing of it, where there is none.
  struct FileMark {
    uint64_t device = 0;
    uint64_t inode = 0;
    int64_t size = -1;
    int64_t modified_ns = 0;
    int64_t changed_ns = 0;

    bool operator==(const FileMark&) const = default;
  };

  static FileMark mark_of(const TlsStore& store);
  bool is_as_seen(int64_t now_ms);
  Outcome make(int64_t now_ms) const;
  std::optional<Outcome> refuse(const std::string& found, Failure failure, int64_t now_ms);

  std::shared_ptr<const TlsContext> current_;
  TlsChangeRules rules_;
  int64_t made_at_ms_;
  std::vector<FileMark> marks_;
  bool is_settled_ = false;  // what marks_ stand for was looked at long enough after it was written
  // Fingerprints: of another content, at the last look; and of one that could not be used, which was said.
  std::optional<std::string> seen_;
  std::optional<std::string> refused_;
  int64_t try_again_at_ms_ = 0;
};

}  // namespace klamm::security
