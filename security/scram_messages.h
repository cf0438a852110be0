// The four messages of SCRAM (RFC 5802, section 7), in the grammar that Kafka takes: ASCII alone, the one GS2
// header "n" (no channel binding), extensions read over. Where Kafka reads over a mandatory extension ("m=")
// too, and then cannot verify what the client signed, it is refused here at once, as the RFC wants it.
//
// What is parsed refers to the message. A failure says what is wrong with a message without repeating it: a
// message may hold what is worth guessing from.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/random.h"
#include "base/result.h"

namespace klamm::security {

struct ScramClientFirst {
  std::string_view gs2_header;  // "n,," or "n,a=alice,"
  std::string authzid;          // without its escapes; empty for none
  std::string user;             // without its escapes
  std::string_view nonce;
  bool with_token = false;  // tokenauth=true: the user is a delegation token's id
  std::string_view bare;    // all behind the header: what is signed
};
Result<ScramClientFirst, Failure> parse_scram_client_first(std::string_view message);
// n=alice,r=NONCE.
std::string scram_client_first_bare(std::string_view user, std::string_view nonce);

struct ScramServerFirst {
  std::string_view nonce;
  Bytes salt;
  int32_t iterations = 0;
};
Result<ScramServerFirst, Failure> parse_scram_server_first(std::string_view message);
std::string scram_server_first(std::string_view nonce, ByteView salt, int32_t iterations);

struct ScramClientFinal {
  std::string_view channel_binding;  // base64 of a GS2 header
  std::string_view nonce;
  Bytes proof;
  std::string_view without_proof;  // what is signed
};
Result<ScramClientFinal, Failure> parse_scram_client_final(std::string_view message);
std::string scram_client_final_without_proof(std::string_view gs2_header, std::string_view nonce);

struct ScramServerFinal {
  std::string_view error;  // empty when it went well
  Bytes signature;
};
Result<ScramServerFinal, Failure> parse_scram_server_final(std::string_view message);
std::string scram_server_final(ByteView signature);

// A nonce or a salt as Kafka's clients, tools and brokers make them: 130 bits as a number in base 36. The
// upper six bits of `bits` are left out.
std::string scram_random_text(std::array<uint8_t, 17> bits);
std::string scram_random_text(Random& random);

}  // namespace klamm::security
