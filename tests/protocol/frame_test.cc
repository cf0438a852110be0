#include "tests/testing.h"

#include "protocol/frame.h"
#include "protocol/messages/api_versions_request.h"
#include "protocol/messages/api_versions_response.h"
#include "protocol/messages/fetch_response.h"
#include "protocol/messages/sasl_handshake_response.h"

namespace klamm::protocol {
namespace {

Bytes request_header(int16_t key, int16_t version) {
  Bytes out;
  Writer writer(out);
  RequestHeader{key, version, 7, "me"}.write(writer);
  return out;
}

Bytes response_header(int16_t key, int16_t version) {
  Bytes out;
  Writer writer(out);
  write_response_header(writer, key, version, 7);
  return out;
}

TEST_CASE("a request header has tags from the API's first flexible version, and always the old client id") {
  REQUIRE(request_header(0, 8) == Bytes{0, 0, 0, 8, 0, 0, 0, 7, 0, 2, 'm', 'e'});
  REQUIRE(request_header(0, 9) == Bytes{0, 0, 0, 9, 0, 0, 0, 7, 0, 2, 'm', 'e', 0});
  REQUIRE(request_header(17, 1).size() == 12);  // SaslHandshake never became flexible
}

TEST_CASE("a request header comes back, with tags skipped and without a client id") {
  Bytes bytes = request_header(18, 3);
  bytes.back() = 1;
  for (uint8_t byte : {0, 1, 0xEE}) bytes.push_back(byte);  // tag 0 of one byte
  RequestHeader header;
  Reader reader{ByteView(bytes)};
  header.read(reader);
  REQUIRE((reader.ok() && reader.remaining() == 0));
  REQUIRE((header.api_key == 18 && header.api_version == 3 && header.correlation_id == 7 &&
           header.client_id == "me"));

  const Bytes anonymous{0, 18, 0, 0, 0, 0, 0, 1, 0xFF, 0xFF};
  Reader other{ByteView(anonymous)};
  header.read(other);
  REQUIRE((other.ok() && !header.client_id));
}

TEST_CASE("the header of an ApiVersions version from the future can be read, to refuse it politely") {
  REQUIRE(is_flexible(18, 99));
  REQUIRE_FALSE((is_flexible(-1, 0) || is_flexible(4, 5) || is_flexible(93, 0) || is_flexible(32000, 0)));
}

TEST_CASE("a response header has tags in flexible versions, but never for ApiVersions") {
  REQUIRE(response_header(0, 8) == Bytes{0, 0, 0, 7});
  REQUIRE(response_header(0, 9) == Bytes{0, 0, 0, 7, 0});
  REQUIRE(response_header(18, 4) == Bytes{0, 0, 0, 7});
  const Bytes flexible = response_header(0, 9);
  Reader reader{ByteView(flexible)};
  REQUIRE(read_response_header(reader, 0, 9) == 7);
  REQUIRE((reader.ok() && reader.remaining() == 0));
}

TEST_CASE("a frame begins with the size of what follows") {
  Bytes out{0xEE};
  append_response(out, 0, 7, SaslHandshakeResponse{});
  REQUIRE(out == Bytes{0xEE, 0, 0, 0, 10, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0});
  Bytes request;
  append_request(request, 0, 7, "me", ApiVersionsRequest{});
  REQUIRE(request == Bytes{0, 0, 0, 12, 0, 18, 0, 0, 0, 0, 0, 7, 0, 2, 'm', 'e'});
}

TEST_CASE("the size of a frame counts the bytes that are spliced in") {
  FetchResponse response;
  response.responses.emplace_back().partitions.emplace_back().records = Records{{}, 1'000'000};
  Bytes out;
  const auto splices = append_response(out, 12, 1, response);
  REQUIRE(splices.size() == 1);
  REQUIRE(load_be32(out.data()) == out.size() - 4 + 1'000'000);
  // With the bytes in their place the response is whole.
  out.insert(out.begin() + static_cast<ptrdiff_t>(splices[0].position), splices[0].size, uint8_t{3});
  Reader reader(ByteView(out).subspan(4));
  FetchResponse back;
  read_response_header(reader, 1, 12);
  back.read(reader, 12);
  REQUIRE((reader.ok() && reader.remaining() == 0));
  REQUIRE(back.responses[0].partitions[0].records->bytes.size() == 1'000'000);
}

}  // namespace
}  // namespace klamm::protocol
