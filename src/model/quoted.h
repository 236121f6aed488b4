// Names and values of an untrusted file, made fit for a message.
#pragma once

#include <string>
#include <string_view>

namespace fathom {

// `text` in single quotes: printable ASCII as it is, every other byte as \xNN, cut after 64 bytes
// with "...": a file must not be able to write control sequences to a user's terminal.
std::string Quoted(std::string_view text);

}  // namespace fathom
