// CertificateExpiry: when to say that certificates of ours run out: once each when 30, 14, 7, 3 and 1 days
// are left, and once a day when they have expired. Whoever asks more often gets nothing more.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "security/tls_context.h"

namespace klamm::security {

class CertificateExpiry {
 public:
  // The lines to log for `chain` at `now_ms` (wall-clock). `whose` begins each of them: "listener EXTERNAL".
  // Certificates that are not in the chain any more are forgotten.
  std::vector<std::string> lines(const std::string& whose, std::span<const CertificateFacts> chain,
                                 int64_t now_ms);

 private:
  // The last step that was said, by serial number and subject. A step is the number of days of which fewer
  // are left, or minus the days since the end.
  std::map<std::string, int64_t> said_;
};

}  // namespace klamm::security
