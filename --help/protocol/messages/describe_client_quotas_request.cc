// Generated from protocol/schema/48_describe_client_quotas.kmsg; not to be edited.
#include "protocol/messages/describe_client_quotas_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void DescribeClientQuotasRequest::ComponentData::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 1;
  entity_type = reader.string(flexible);
  match_type = reader.i8();
  match = reader.nullable_string(flexible);
  if (version >= 1) {
    reader.skip_tags();
  }
}

void DescribeClientQuotasRequest::ComponentData::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 1;
  writer.string(flexible, entity_type);
  writer.i8(match_type);
  writer.nullable_string(flexible, match);
  if (version >= 1) {
    writer.no_tags();
  }
}

void DescribeClientQuotasRequest::read(Reader& reader, int16_t version) {
  *this = DescribeClientQuotasRequest{};
  const bool flexible = version >= 1;
  components.resize(reader.array(flexible, version >= 1 ? 4 : 5, sizeof(ComponentData)));
  for (auto& element : components) element.read(reader, version);
  strict = reader.boolean();
  if (version >= 1) {
    reader.skip_tags();
  }
}

void DescribeClientQuotasRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 1;
  writer.array(flexible, components.size());
  for (const auto& element : components) element.write(writer, version);
  writer.boolean(strict);
  if (version >= 1) {
    writer.no_tags();
  }
}

bool recode_describe_client_quotas_request(ByteView in, int16_t version, Bytes& out) {
  return recode<DescribeClientQuotasRequest>(in, version, out);
}

}  // namespace klamm::protocol
