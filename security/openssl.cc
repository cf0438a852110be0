#include "security/openssl.h"

#include <openssl/err.h>

#include <algorithm>
#include <vector>

namespace klamm::security {

std::string take_openssl_errors() {
  std::vector<std::string> reasons;
  while (const unsigned long code = ERR_get_error()) {
    const char* reason = ERR_reason_error_string(code);
    reasons.emplace_back(reason != nullptr ? reason : "error " + std::to_string(code));
  }
  std::reverse(reasons.begin(), reasons.end());
  std::string text;
  for (const std::string& reason : reasons) text += (text.empty() ? "" : "; ") + reason;
  return text;
}

}  // namespace klamm::security
