#include "security/certificate_facts.h"

#include <arpa/inet.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>
#include <memory>

#include "security/distinguished_name.h"
#include "security/openssl.h"

namespace klamm::security {

namespace {

using NamesPtr = std::unique_ptr<GENERAL_NAMES, OpensslFree<&GENERAL_NAMES_free>>;

int64_t to_ms(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return 0;
  return int64_t{timegm(&parts)} * 1000;
}

std::string to_hex(const uint8_t* bytes, size_t size) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (size_t i = 0; i < size; ++i) text += {kDigits[bytes[i] >> 4], kDigits[bytes[i] & 15]};
  return text;
}

std::string to_text(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<size_t>(ASN1_STRING_length(text))};
}

std::string address_text(const ASN1_OCTET_STRING* address) {
  const int size = ASN1_STRING_length(address);
  const uint8_t* bytes = ASN1_STRING_get0_data(address);
  char text[INET6_ADDRSTRLEN] = {};
  if (size != 4 && size != 16) return to_hex(bytes, static_cast<size_t>(size));
  inet_ntop(size == 4 ? AF_INET : AF_INET6, bytes, text, sizeof text);
  return text;
}

std::string name_text(GENERAL_NAME* name) {
  switch (name->type) {
    case GEN_DNS:
      return "DNS:" + to_text(name->d.dNSName);
    case GEN_IPADD:
      return "IP:" + address_text(name->d.iPAddress);
    case GEN_URI:
      return "URI:" + to_text(name->d.uniformResourceIdentifier);
    case GEN_EMAIL:
      return "EMAIL:" + to_text(name->d.rfc822Name);
    case GEN_DIRNAME:
      return "DIR:" + distinguished_name(name->d.directoryName);
    case GEN_RID: {
      char text[128] = {};
      OBJ_obj2txt(text, sizeof text, name->d.registeredID, 1);
      return std::string("RID:") + text;
    }
    default: {
      uint8_t* encoded = nullptr;
      const int size = i2d_GENERAL_NAME(name, &encoded);
      std::string text = "OTHER:" + (size > 0 ? to_hex(encoded, static_cast<size_t>(size)) : "");
      OPENSSL_free(encoded);
      return text;
    }
  }
}

}  // namespace

CertificateFacts facts_of(const X509* certificate) {
  const ASN1_INTEGER* serial = X509_get0_serialNumber(certificate);
  return {.subject = subject_of(certificate),
          .serial = to_hex(ASN1_STRING_get0_data(serial), static_cast<size_t>(ASN1_STRING_length(serial))),
          .not_before_ms = to_ms(X509_get0_notBefore(certificate)),
          .not_after_ms = to_ms(X509_get0_notAfter(certificate)),
          .names = alternative_names_of(certificate)};
}

std::string subject_of(const X509* certificate) {
  return distinguished_name(X509_get_subject_name(certificate));
}

std::string issuer_of(const X509* certificate) {
  return distinguished_name(X509_get_issuer_name(certificate));
}

std::vector<std::string> alternative_names_of(const X509* certificate) {
  const NamesPtr names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::vector<std::string> texts;
  for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    texts.push_back(name_text(sk_GENERAL_NAME_value(names.get(), i)));
  }
  return texts;
}

bool has_alternative_host_name(const X509* certificate) {
  return std::ranges::any_of(alternative_names_of(certificate), [](const std::string& name) {
    return name.starts_with("DNS:") || name.starts_with("IP:");
  });
}

bool is_self_signed(const X509* certificate) {
  // Takes what it does not change as not const.
  return X509_self_signed(const_cast<X509*>(certificate), 1) == 1;
}

std::string utc_text(int64_t at_ms) {
  const std::time_t at = at_ms / 1000;
  std::tm parts{};
  char text[64] = {};
  if (gmtime_r(&at, &parts) == nullptr) return std::to_string(at_ms) + " ms";
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &parts);
  return text;
}

}  // namespace klamm::security
