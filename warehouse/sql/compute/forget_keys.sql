-- A changed catalog resolves every source key anew.
DELETE FROM source_keys;
