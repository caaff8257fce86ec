enum RetierLoopbackPlaceholder {}
