#include "security/tls_opening.h"

#include <algorithm>
#include <string_view>

#include "security/tls_materials.h"

namespace klamm::security {

namespace {

constexpr uint8_t kAlertRecord = 21;
constexpr uint8_t kHandshakeRecord = 22;
constexpr uint8_t kClientHello = 1;
constexpr size_t kRecordHead = 5;
constexpr size_t kHandshakeHead = 4;
// As much as is needed to know a request of Kafka's: size, API key, version.
constexpr size_t kTellingSize = 8;

Opening opening_of_hello(ByteView bytes) {
  if (bytes.size() >= 2 && bytes[1] != 3) return Opening::kOther;
  if (bytes.size() < kRecordHead + kHandshakeHead) return Opening::kTooShort;
  // Nobody cuts a ClientHello before its length; a record that would do so could hide how long it is.
  if (load_be16(&bytes[3]) < kHandshakeHead || bytes[kRecordHead] != kClientHello) return Opening::kOther;
  const size_t size = load_be32(&bytes[kRecordHead]) & 0xff'ffff;
  return size > kClientHelloMax ? Opening::kHugeHello : Opening::kTls;
}

bool is_http_request(std::string_view text) {
  static constexpr std::string_view kMethods[] = {"GET ",    "POST ",  "PUT ",     "HEAD ",  "OPTIONS",
                                                  "DELETE ", "PATCH ", "CONNECT ", "TRACE ", "PRI * "};
  return std::ranges::any_of(kMethods, [text](std::string_view method) { return text.starts_with(method); });
}

// Wide enough for API keys and versions to come, narrow enough that chance does not meet it.
bool is_kafka_request(ByteView bytes) {
  const uint32_t size = load_be32(bytes.data());
  return size >= 8 && size <= 100 * 1024 * 1024 && load_be16(&bytes[4]) < 128 && load_be16(&bytes[6]) < 32;
}

std::string hexadecimal(ByteView bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const uint8_t byte : bytes.first(std::min<size_t>(bytes.size(), 16))) {
    if (!text.empty()) text += ' ';
    text += {kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return text;
}

}  // namespace

Opening opening_of(TlsContext::Side side, ByteView bytes) {
  if (bytes.empty()) return Opening::kTooShort;
  const bool is_server = side == TlsContext::Side::kServer;
  if (bytes[0] == kHandshakeRecord && is_server) return opening_of_hello(bytes);
  if (bytes[0] == kHandshakeRecord || bytes[0] == kAlertRecord) {
    if (bytes.size() < 2) return Opening::kTooShort;
    return bytes[1] == 3 ? Opening::kTls : Opening::kOther;
  }
  if (bytes.size() < kTellingSize) return Opening::kTooShort;
  const std::string_view text = as_text(bytes);
  if (is_server ? is_http_request(text) : text.starts_with("HTTP/")) return Opening::kHttp;
  return is_server && is_kafka_request(bytes) ? Opening::kKafka : Opening::kOther;
}

std::string text_of(Opening opening, const TlsConfig& config, TlsContext::Side side, ByteView bytes) {
  if (side == TlsContext::Side::kClient) {
    return "the other end does not speak TLS: it answers with " +
           (opening == Opening::kHttp ? std::string("HTTP") : "the bytes " + hexadecimal(bytes)) +
           "; correct its address, or the security protocol of its listener";
  }
  switch (opening) {
    case Opening::kHttp:
      return "the client sent an HTTP request without TLS, but " + config.subject +
             " speaks Kafka's protocol over TLS; correct the address that the client uses";
    case Opening::kKafka:
      return "the client speaks Kafka's protocol without TLS, but " + config.subject +
             " wants TLS; set security.protocol=SSL in the client (SASL_SSL if it logs in), or let it use "
             "another listener";
    case Opening::kHugeHello:
      return "the client's ClientHello says that it is longer than " + std::to_string(kClientHelloMax) +
             " bytes; no client of Kafka's sends such a one";
    default:
      return "the client does not speak TLS, but " + config.subject + " wants it: its first bytes are " +
             hexadecimal(bytes) + "; let it use TLS (security.protocol=SSL), or another listener";
  }
}

}  // namespace klamm::security
