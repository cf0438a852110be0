#include "security/tls_reload.h"

#include <openssl/x509.h>
#include <strings.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "security/peer_text.h"
#include "security/tls_materials.h"

namespace klamm::security {

namespace {

// A file that was written this shortly before it was read may have been written again within the same tick of
// the file system's clock, which nothing but its bytes would tell.
constexpr int64_t kRacyMs = 2000;

constexpr int64_t kNsPerMs = 1'000'000;

int64_t to_ns(const timespec& time) { return time.tv_sec * 1'000 * kNsPerMs + time.tv_nsec; }

std::string_view key_store_key(const TlsConfig& config) {
  return config.key_store.location ? "ssl.keystore.location" : "ssl.keystore.certificate.chain";
}

// As Java compares principals, or their texts without regard to case: either suffices.
bool has_same_subject(const TlsContext& before, const TlsContext& after) {
  const X509* old_one = SSL_CTX_get0_certificate(before.get());
  const X509* new_one = SSL_CTX_get0_certificate(after.get());
  if (X509_NAME_cmp(X509_get_subject_name(old_one), X509_get_subject_name(new_one)) == 0) return true;
  return strcasecmp(before.own_chain().front().subject.c_str(), after.own_chain().front().subject.c_str()) ==
         0;
}

bool keeps_names(const TlsContext& before, const TlsContext& after) {
  const std::vector<std::string>& names = after.own_chain().front().names;
  return std::ranges::all_of(before.own_chain().front().names, [&](const std::string& name) {
    return std::ranges::find(names, name) != names.end();
  });
}

std::optional<Failure> find_added_store(const TlsContext& before, const TlsContext& after) {
  const TlsConfig& config = after.config();
  if (before.own_chain().empty() != after.own_chain().empty()) {
    return tls_failure(config, key_store_key(config),
                       "a key store can be neither added to " + config.subject +
                           " nor taken away while the node runs; set it in the file and restart the node");
  }
  if (!before.config().trust_store.is_set() && config.trust_store.is_set()) {
    return tls_failure(config, "ssl.truststore.location",
                       "a trust store cannot be added to " + config.subject +
                           " while the node runs; set it in the file and restart the node");
  }
  return std::nullopt;
}

}  // namespace

std::optional<Failure> find_forbidden_change(const TlsContext& before, const TlsContext& after,
                                             const TlsChangeRules& rules) {
  if (auto failure = find_added_store(before, after)) return failure;
  if (before.own_chain().empty()) return std::nullopt;
  const TlsConfig& config = after.config();
  const CertificateFacts& old_one = before.own_chain().front();
  const CertificateFacts& new_one = after.own_chain().front();
  if (!rules.allow_dn_changes && !has_same_subject(before, after)) {
    return tls_failure(config, key_store_key(config),
                       "the new certificate is for " + quote_peer(new_one.subject) + ", the one in use for " +
                           quote_peer(old_one.subject) +
                           "; have it issued for the same, or set ssl.allow.dn.changes=true");
  }
  if (!rules.allow_san_changes && !keeps_names(before, after)) {
    return tls_failure(config, key_store_key(config),
                       "the new certificate has the alternative names " + quote_peer(new_one.names) +
                           ", and lacks some of the one in use, " + quote_peer(old_one.names) +
                           "; have it issued with all of them, or set ssl.allow.san.changes=true");
  }
  return std::nullopt;
}

TlsReload::TlsReload(std::shared_ptr<const TlsContext> current, const TlsChangeRules& rules, int64_t now_ms)
    : current_(std::move(current)), rules_(rules), made_at_ms_(now_ms) {}

std::optional<TlsReload::Outcome> TlsReload::check(int64_t now_ms) {
  const bool has_tickets = current_->side() == TlsContext::Side::kServer;
  const bool is_renewal = has_tickets && now_ms - made_at_ms_ >= kTicketKeysMs;
  const bool is_pending = seen_ || is_renewal;
  // Looked at even when something is pending: the marks have to be those of before the bytes are read.
  const bool is_as_before = is_as_seen(now_ms);
  if (is_as_before && !is_pending) return std::nullopt;

  const std::string found = fingerprint_of(current_->config());
  const bool is_new = found != current_->fingerprint();
  if (!is_new && !is_renewal) {
    seen_.reset();
    refused_.reset();
    return std::nullopt;
  }
  if (is_new && found != std::exchange(seen_, found)) return std::nullopt;
  if (found == refused_ && now_ms < try_again_at_ms_) return std::nullopt;
  Outcome outcome = make(now_ms);
  if (!outcome && !is_new) {
    // Nobody has put a bad file there: it has grown old, which is told as such.
    made_at_ms_ = now_ms;
    return std::nullopt;
  }
  if (!outcome) return refuse(found, outcome.error(), now_ms);
  // Written again since it was looked at.
  if ((*outcome)->fingerprint() != found) return std::nullopt;
  current_ = *outcome;
  made_at_ms_ = now_ms;
  seen_.reset();
  refused_.reset();
  return outcome;
}

TlsReload::FileMark TlsReload::mark_of(const TlsStore& store) {
  struct stat status {};
  if (!store.location || stat(store.location->c_str(), &status) != 0) return {};
  return {.device = status.st_dev,
          .inode = status.st_ino,
          .size = status.st_size,
          .modified_ns = to_ns(status.st_mtim),
          .changed_ns = to_ns(status.st_ctim)};
}

bool TlsReload::is_as_seen(int64_t now_ms) {
  const TlsConfig& config = current_->config();
  std::vector<FileMark> marks = {mark_of(config.key_store), mark_of(config.trust_store)};
  const bool is_as_before = is_settled_ && marks == marks_;
  marks_ = std::move(marks);
  is_settled_ = std::ranges::all_of(
      marks_, [now_ms](const FileMark& mark) { return mark.changed_ns < (now_ms - kRacyMs) * kNsPerMs; });
  return is_as_before;
}

TlsReload::Outcome TlsReload::make(int64_t now_ms) const {
  Outcome outcome = TlsContext::make(current_->config(), current_->side(), now_ms);
  if (!outcome) return outcome;
  if (auto failure = find_forbidden_change(*current_, **outcome, rules_)) return Error{std::move(*failure)};
  return outcome;
}

std::optional<TlsReload::Outcome> TlsReload::refuse(const std::string& found, Failure failure,
                                                    int64_t now_ms) {
  try_again_at_ms_ = now_ms + kTryAgainMs;
  if (found == refused_) return std::nullopt;
  refused_ = found;
  return Outcome(Error{std::move(failure)});
}

}  // namespace klamm::security
