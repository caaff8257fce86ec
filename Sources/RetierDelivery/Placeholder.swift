enum RetierDeliveryPlaceholder {}
