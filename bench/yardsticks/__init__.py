"""What the live path is measured against, and the door by which the product takes part in the same race."""
