"""What AWS bills for a partner and for the fleet, at list prices."""
