enum RetierBrandPlaceholder {}
