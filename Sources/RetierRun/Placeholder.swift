enum RetierRunPlaceholder {}
