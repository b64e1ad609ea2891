# SPDX-License-Identifier: MIT
# The reference is of what users write: without the inline namespace of the version.
s|^inline namespace v.*||
s|^}  // namespace v[0-9].*||
