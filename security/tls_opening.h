// The first bytes of a connection, before OpenSSL sees them: whether they are TLS at all, and if not, what
// they are instead, which is what an operator wants to know.
#pragma once

#include <optional>
#include <string>

#include "base/bytes.h"
#include "security/tls_context.h"

namespace klamm::security {

// OpenSSL makes room for a ClientHello by the length at its head, up to 128 KiB. Those of clients are far
// below a record; who says more gets no room.
inline constexpr size_t kClientHelloMax = 16 * 1024;

enum class Opening {
  kTooShort,  // to tell
  kTls,
  kHugeHello,  // TLS, but its ClientHello is longer than kClientHelloMax
  kHttp,
  kKafka,  // a request of Kafka's protocol, not encrypted
  kOther,
};

// `side` is ours.
Opening opening_of(TlsContext::Side side, ByteView bytes);

// What to say and do about it; for all but kTooShort and kTls.
std::string text_of(Opening opening, const TlsConfig& config, TlsContext::Side side, ByteView bytes);

}  // namespace klamm::security
