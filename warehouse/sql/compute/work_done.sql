-- Removes what this pass has taken care of; what arrives meanwhile is not seen by this transaction, and stays.
DELETE FROM touched;
