// SPDX-License-Identifier: MIT
// Linked with a translation unit for each header: a definition that is not inline is there more than once, and no
// program comes of it.
int main() {}
