#include "security/distinguished_name.h"

#include <openssl/asn1.h>
#include <openssl/objects.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "security/utf8.h"

namespace klamm::security {
namespace {

// The keywords of RFC 2253; the attributes that it does not name (an e-mail address, a serial number) are
// written by their object identifiers.
std::string_view keyword_of(const ASN1_OBJECT* type) {
  switch (OBJ_obj2nid(type)) {
    case NID_commonName:
      return "CN";
    case NID_countryName:
      return "C";
    case NID_localityName:
      return "L";
    case NID_stateOrProvinceName:
      return "ST";
    case NID_organizationName:
      return "O";
    case NID_organizationalUnitName:
      return "OU";
    case NID_streetAddress:
      return "STREET";
    case NID_domainComponent:
      return "DC";
    case NID_userId:
      return "UID";
    default:
      return {};
  }
}

std::string hex_of(ByteView bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * bytes.size());
  for (uint8_t byte : bytes) {
    hex.push_back(kDigits[byte >> 4]);
    hex.push_back(kDigits[byte & 15]);
  }
  return hex;
}

std::string dotted(const ASN1_OBJECT* type) {
  const int size = OBJ_obj2txt(nullptr, 0, type, 1);
  // OpenSSL gives up on identifiers of more than some hundred bytes. What stands there then must only be
  // nobody else's name.
  if (size <= 0) return "#" + hex_of({OBJ_get0_data(type), OBJ_length(type)});
  std::string text(static_cast<size_t>(size) + 1, '\0');
  OBJ_obj2txt(text.data(), size + 1, type, 1);
  text.pop_back();
  return text;
}

std::string der_hex(const ASN1_STRING* value) {
  unsigned char* der = nullptr;
  const int size = i2d_ASN1_PRINTABLE(value, &der);
  std::string hex = size > 0 ? hex_of({der, static_cast<size_t>(size)}) : std::string();
  OPENSSL_free(der);
  return hex;
}

std::string from_latin1(ByteView bytes) {
  std::string text;
  for (uint8_t byte : bytes) append_character(text, byte);
  return text;
}

std::string from_utf8(std::string_view bytes) {
  std::string text;
  while (!bytes.empty()) append_character(text, take_character(bytes));
  return text;
}

// Half of a surrogate pair, and half of a unit at the end, become the replacement character.
std::string from_utf16(ByteView bytes) {
  const size_t count = bytes.size() / 2;
  auto unit = [&](size_t i) -> char32_t {
    return static_cast<char32_t>(bytes[2 * i] << 8 | bytes[2 * i + 1]);
  };
  std::string text;
  for (size_t i = 0; i < count; ++i) {
    const char32_t high = unit(i);
    const char32_t low = i + 1 < count ? unit(i + 1) : 0;
    if (high >= 0xD800 && high < 0xDC00 && low >= 0xDC00 && low < 0xE000) {
      append_character(text, 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00));
      ++i;
    } else {
      append_character(text, high);
    }
  }
  if (bytes.size() % 2 != 0) append_character(text, kReplacementCharacter);
  return text;
}

// Nothing for a value that is no string, or one of the two kinds that Java does not take for one.
std::optional<std::string> text_of(const ASN1_STRING* value) {
  const ByteView bytes{ASN1_STRING_get0_data(value), static_cast<size_t>(ASN1_STRING_length(value))};
  switch (ASN1_STRING_type(value)) {
    case V_ASN1_PRINTABLESTRING:
    case V_ASN1_T61STRING:
    case V_ASN1_IA5STRING:
    case V_ASN1_GENERALSTRING:
      return from_latin1(bytes);
    case V_ASN1_UTF8STRING:
      return from_utf8(as_text(bytes));
    case V_ASN1_BMPSTRING:
      return from_utf16(bytes);
    default:
      return std::nullopt;
  }
}

// Signs have a backslash before them wherever they stand, blanks and carriage returns at either end.
std::string escape(std::string_view text) {
  constexpr std::string_view kSigns = ",=+<>#;\"\\";
  constexpr std::string_view kBlanks = " \r";
  const size_t first = std::min(text.find_first_not_of(kBlanks), text.size());
  const size_t behind = text.find_last_not_of(kBlanks) + 1;  // 0 where there are only blanks
  std::string escaped;
  escaped.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\0') {
      escaped += "\\00";
      continue;
    }
    if (i < first || i >= behind || kSigns.find(c) != std::string_view::npos) escaped.push_back('\\');
    escaped.push_back(c);
  }
  return escaped;
}

std::string attribute(const X509_NAME_ENTRY* entry) {
  const ASN1_OBJECT* type = X509_NAME_ENTRY_get_object(entry);
  const ASN1_STRING* value = X509_NAME_ENTRY_get_data(entry);
  const std::string_view keyword = keyword_of(type);
  if (keyword.empty()) return dotted(type) + "=#" + der_hex(value);
  auto text = text_of(value);
  return std::string(keyword) + "=" + (text ? escape(*text) : "#" + der_hex(value));
}

}  // namespace

std::string distinguished_name(const X509_NAME* name) {
  std::string text;
  int end = X509_NAME_entry_count(name);
  while (end > 0) {
    // The attributes of one part stand together and keep their order.
    int begin = end - 1;
    const int part = X509_NAME_ENTRY_set(X509_NAME_get_entry(name, begin));
    while (begin > 0 && X509_NAME_ENTRY_set(X509_NAME_get_entry(name, begin - 1)) == part) --begin;
    if (!text.empty()) text.push_back(',');
    for (int i = begin; i < end; ++i) {
      if (i > begin) text.push_back('+');
      text += attribute(X509_NAME_get_entry(name, i));
    }
    end = begin;
  }
  return text;
}

}  // namespace klamm::security
