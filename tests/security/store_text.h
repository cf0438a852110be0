// What was read of a store, as one line that a test compares: "CN=broker | CN=ca", each certificate's subject
// in order (and "!" before it when the key is not that of the first one); or "wrong password: <detail>".
#pragma once

#include <string>
#include <vector>

#include "security/stores.h"

namespace klamm::security {

inline std::string subject_of(X509& certificate) {
  char* text = nullptr;
  const BioPtr memory(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(memory.get(), X509_get_subject_name(&certificate), 0, XN_FLAG_RFC2253);
  const long size = BIO_get_mem_data(memory.get(), &text);
  return {text, static_cast<size_t>(size)};
}

inline std::string text_of(const std::vector<CertificatePtr>& certificates) {
  std::string text;
  for (const CertificatePtr& certificate : certificates) {
    text += (text.empty() ? "" : " | ") + subject_of(*certificate);
  }
  return text;
}

inline std::string text_of(const KeyMaterial& material) {
  const bool fits = X509_check_private_key(material.chain.front().get(), material.key.get()) == 1;
  return (fits ? "" : "! ") + text_of(material.chain);
}

inline std::string text_of(const StoreError& error) {
  switch (error.kind) {
    case StoreError::Kind::kMalformed:
      return "malformed: " + error.detail;
    case StoreError::Kind::kWrongPassword:
      return "wrong password: " + error.detail;
    case StoreError::Kind::kNoKey:
      return "no key: " + error.detail;
    case StoreError::Kind::kNoCertificate:
      return "no certificate: " + error.detail;
    case StoreError::Kind::kMismatch:
      return "mismatch: " + error.detail;
  }
  return "?";
}

template <class T>
std::string text_of(const Result<T, StoreError>& result) {
  return result ? text_of(*result) : text_of(result.error());
}

}  // namespace klamm::security
