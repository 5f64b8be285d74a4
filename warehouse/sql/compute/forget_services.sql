-- Made again from what is known now.
DELETE FROM services;
